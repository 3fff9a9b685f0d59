import { resolveProblem } from '../../src/core/resolve.ts';
import { fillOperands } from '../../src/core/fill.ts';
import { decompose } from '../../src/core/decompose.ts';
import { directConvolution } from '../../src/core/direct.ts';
import { ToolError } from '../../src/core/errors.ts';
import { formatToken } from '../../src/core/token.ts';
import { overlapPerAxis } from '../../src/core/overlap.ts';
const R=(n:number)=>Math.floor(Math.random()*n);
let ok=0,refused=0; const why=new Map<string,number>();
for(let i=0;i<6000;i++){
  const rank=1+R(3); const g=1+R(2); const per=(f:()=>number)=>Array.from({length:rank},f);
  const transposed=R(4)===0; const dir=(['forward','grad-input','grad-weight'] as const)[R(3)]!;
  const modes=['zeros','zeros','reflect','replicate','circular'] as const;
  const dt=(['float32','float64','int8','uint8'] as const)[R(8)<6?R(2):2+R(2)]!;
  const params:any={batch:1+R(2),inChannels:g*(1+R(2)),outChannels:g*(1+R(2)),groups:g,inputSize:per(()=>1+R(6)),kernelSize:per(()=>1+R(3)),stride:per(()=>1+R(3)),dilation:per(()=>1+R(2)),padding:per(()=>R(4)-(R(4)===0?2:0)),bias:R(2)===0,dtype:dt,
   ...(transposed?{transposed}:{direction:dir,paddingMode:modes[R(5)]}), ...(R(3)===0&&!transposed?{paddingEnd:per(()=>R(3))}:{}),...(transposed&&R(2)?{outputPadding:per(()=>R(2))}:{}), ...(dt.includes('int')?{inputZeroPoint:dt==='uint8'?R(256):R(256)-128,weightZeroPoint:R(5)-2}:{})};
  let p; try{p=resolveProblem(params);}catch(e){ if(!(e instanceof ToolError)) throw e; refused++; const m=e.message.replace(/-?\d+/g,'#').slice(0,60); why.set(m,(why.get(m)??0)+1); continue;}
  const ops=fillOperands(p,'integer',i);
  const a=decompose(p,ops), b=directConvolution(p,ops);
  if(JSON.stringify(a.output.shape)!==JSON.stringify(b.shape)) {console.log('SHAPE',params,a.output.shape,b.shape);process.exit(1)}
  for(let e=0;e<b.output.length;e++) if(a.output.data[e]!==b.output[e]+0&&!(a.output.data[e]===0&&b.output[e]===0)){console.log('DIFF',params,e,a.output.data[e],b.output[e],formatToken(p));process.exit(1)}
  overlapPerAxis(p);
  ok++;
}
console.log(ok,refused,why);
