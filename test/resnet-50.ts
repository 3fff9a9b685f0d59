/**
 * Every convolution of ResNet-50 for one image of 224×224 pixels, as tokens.
 *
 * Source: He, Zhang, Ren and Sun, "Deep Residual Learning for Image Recognition" (CVPR 2016), table 1, with the
 * stride of a stage in its first 3×3 convolution instead of the 1×1 before it, as torchvision's resnet50 has it
 * (known as v1.5).
 */

/** Blocks, width of the bottleneck, and rows and columns, of each stage. */
const STAGES = [
  { blocks: 3, width: 64, size: 56 },
  { blocks: 4, width: 128, size: 28 },
  { blocks: 6, width: 256, size: 14 },
  { blocks: 3, width: 512, size: 7 },
] as const;

/** A bottleneck gives four times its width. */
const EXPANSION = 4;

/** The 53 convolutions, in the order that they run; a stage's shortcut comes after its first block. */
export const RESNET_50: readonly string[] = ['mb1ic3ih224oc64kh7sh2ph3', ...STAGES.flatMap(stage)];

function stage({ blocks, width, size }: (typeof STAGES)[number], index: number): string[] {
  const wide = EXPANSION * width;
  const stride = index === 0 ? 1 : 2;
  const before = index === 0 ? { channels: 64, size } : { channels: wide / 2, size: 2 * size };
  return Array.from({ length: blocks }, (_, block) => {
    const first = block === 0;
    const input = first ? before : { channels: wide, size };
    return [
      `mb1ic${input.channels}ih${input.size}oc${width}kh1`,
      `mb1ic${width}ih${input.size}oc${width}kh3${first && stride > 1 ? `sh${stride}` : ''}ph1`,
      `mb1ic${width}ih${size}oc${wide}kh1`,
      ...(first
        ? [`mb1ic${input.channels}ih${input.size}oc${wide}kh1${stride > 1 ? `sh${stride}` : ''}`]
        : []),
    ];
  }).flat();
}
