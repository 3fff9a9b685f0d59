/**
 * Valid problems of every kind, as the option words of a command line.
 */
import fc from 'fast-check';

interface AxisWords {
  readonly input: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly begin: number;
  readonly end: number;
}

/** `--in-channels 2 …`: small, and such that at least one window fits; negative paddings crop. */
export function problemWords(): fc.Arbitrary<string[]> {
  const small = (max: number, min = 1) => fc.integer({ min, max });
  return fc
    .record({
      batch: small(2),
      groups: small(3),
      inPerGroup: small(3),
      outPerGroup: small(3),
      axes: fc.tuple(axisWords(), axisWords()),
      bias: fc.boolean(),
      float64: fc.boolean(),
    })
    .map(({ batch, groups, inPerGroup, outPerGroup, axes, bias, float64 }) => {
      const pair = (key: keyof AxisWords) => axes.map((axis) => axis[key]).join('x');
      return [
        `--batch=${batch}`,
        `--groups=${groups}`,
        `--in-channels=${groups * inPerGroup}`,
        `--out-channels=${groups * outPerGroup}`,
        `--input-size=${pair('input')}`,
        `--kernel-size=${pair('kernel')}`,
        `--stride=${pair('stride')}`,
        `--dilation=${pair('dilation')}`,
        `--padding=${pair('begin')}`,
        `--padding-end=${pair('end')}`,
        ...(bias ? ['--bias'] : []),
        ...(float64 ? ['--dtype=float64'] : []),
      ];
    });
}

function axisWords(): fc.Arbitrary<AxisWords> {
  return fc
    .record({
      kernel: fc.integer({ min: 1, max: 4 }),
      stride: fc.integer({ min: 1, max: 3 }),
      dilation: fc.integer({ min: 1, max: 3 }),
      begin: fc.integer({ min: -2, max: 3 }),
      end: fc.integer({ min: -2, max: 3 }),
      room: fc.integer({ min: 0, max: 6 }),
    })
    .map(({ room, ...axis }) => {
      const extent = axis.dilation * (axis.kernel - 1) + 1;
      return { ...axis, input: Math.max(1, extent - axis.begin - axis.end + room) };
    });
}
