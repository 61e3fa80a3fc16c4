import { hostRandom } from '@dualbeat/core';
import { describe, expect, test } from 'vitest';
import { count, makeEncoder } from '../test/support.ts';

// paper.md 5.1, without the heads: 2,048 or 768 x k + k of the paper's counts; torchvision's published counts where named so
describe('parameters', () => {
  const paper = [6, 85, 92, 1];
  const [plain, latent] = [
    { fusion: 'mean', latent: 0 },
    { fusion: 'linear', latent: 768 },
  ];
  test.each<[string, string, object, readonly number[], number]>([
    ['slow_r50 trunk', 'slow-r50', plain, paper, 31_628_224],
    [
      'slow_r50, 3 channels, 400 classes',
      'slow-r50',
      { fusion: 'mean', latent: 400 },
      [8, 64, 64, 3],
      32_454_096,
    ],
    ['CMR net ED without its 3 outputs', 'slow-r50', latent, paper, 33_204_170 - 2_307],
    ['CMR net ES without its 5 outputs', 'slow-r50', {}, paper, 33_205_708 - 3_845],
    ['2-D ResNet-50 trunk', 'resnet2d', { latent: 0 }, paper, 23_501_760],
    ['2-D ResNet-50 with latent', 'resnet2d', {}, paper, 25_077_699 - 2_307],
    ['per-slice ResNet-50 + LSTM', 'resnet2d-sequence', {}, paper, 29_802_435 - 2_307],
    ['the same on 50 frames', 'resnet2d-sequence', {}, [50, 85, 92, 1], 29_802_435 - 2_307],
    [
      'ResNet-50, 3 channels (torchvision)',
      'resnet2d',
      { latent: 1000 },
      [1, 64, 64, 3],
      25_557_032,
    ],
    [
      'ResNet-34 (torchvision)',
      'resnet2d',
      { depth: 34, latent: 1000 },
      [1, 64, 64, 3],
      21_797_672,
    ],
    [
      'ResNet-18, 3 frames as channels (torchvision)',
      'resnet2d',
      { depth: 18, latent: 1000, planes: 'channels' },
      [3, 64, 64, 1],
      11_689_512,
    ],
    [
      'r3d_18 (torchvision)',
      'resnet3d',
      {
        depth: 18,
        latent: 400,
        poolKernel: [1, 1, 1],
        poolStride: [1, 1, 1],
        stageStrides: [
          [1, 1, 1],
          [2, 2, 2],
          [2, 2, 2],
          [2, 2, 2],
        ],
      },
      [16, 64, 64, 3],
      33_371_472,
    ],
    ['swin_t (torchvision)', 'swin2d', { latent: 1000 }, [1, 224, 224, 3], 28_288_354],
    [
      'swin_s (torchvision)',
      'swin2d',
      { size: 'small', latent: 1000 },
      [1, 224, 224, 3],
      49_606_258,
    ],
    [
      'swin_b (torchvision)',
      'swin2d',
      { size: 'base', latent: 1000 },
      [1, 224, 224, 3],
      87_768_224,
    ],
    [
      'swin3d_t (torchvision)',
      'swin3d',
      { patch: [2, 4, 4], latent: 400 },
      [16, 224, 224, 3],
      28_158_070,
    ],
  ])('%s', async (_, use, options, view, expected) => {
    const { params } = await makeEncoder(use, options, view);
    expect(count(params)).toBe(expected);
  });

  test('slow_r50 has 53 convolutions, slices in the kernel of the last two stages alone', async () => {
    const { params } = await makeEncoder('slow-r50', plain, paper);
    const kernels = Object.entries(params).filter(([, { shape }]) => shape.length === 5);
    expect(kernels).toHaveLength(53);
    const deep = kernels.filter(([, { shape }]) => shape[0] === 3).map(([name]) => name);
    expect(deep).toHaveLength(9);
    expect(deep.every((name) => /stages\/[23]\/\d\/conv1/.test(name))).toBe(true);
    const of = (part: string) =>
      Object.fromEntries(
        Object.entries(params).filter(([name]) => name.startsWith(`trunk/${part}`)),
      );
    const parts = ['stem', 'stages/0', 'stages/1', 'stages/2', 'stages/3'];
    expect(parts.map((part) => count(of(part)))).toEqual([
      3_264, 215_808, 1_219_584, 9_981_952, 20_207_616,
    ]);
  });
});

describe('shapes', () => {
  test.each<[string, object, readonly number[], object]>([
    [
      'slow-r50',
      {},
      [6, 85, 92, 1],
      {
        width: 768,
        pooling: 'avg, linear',
        tokens: { grid: [6, 3, 3], patch: [1, 32, 32], prefix: 0, droppable: false },
      },
    ],
    [
      'slow-r50',
      { latent: 0, fusion: 'max' },
      [1, 32, 40, 3],
      { width: 2048, tokens: { grid: [1, 1, 2] } },
    ],
    ['resnet3d', { depth: 10 }, [6, 85, 92, 1], { width: 512, tokens: { grid: [6, 3, 3] } }],
    [
      'resnet2d',
      { planes: 'channels' },
      [50, 85, 92, 1],
      { width: 768, pooling: 'avg', tokens: { grid: [1, 3, 3] } },
    ],
    [
      'resnet2d-sequence',
      {},
      [25, 64, 64, 1],
      { width: 768, pooling: 'avg, lstm', tokens: { grid: [25, 2, 2] } },
    ],
    ['swin2d', {}, [6, 85, 92, 1], { width: 768, tokens: { grid: [1, 3, 3], patch: [1, 32, 32] } }],
    ['swin3d', {}, [6, 85, 92, 1], { width: 768, tokens: { grid: [6, 3, 3] } }],
    [
      'cnn3d',
      { width: 32 },
      [6, 85, 92, 1],
      { width: 32, tokens: { grid: [6, 11, 12], patch: [1, 8, 8] } },
    ],
  ])('%s with %j on %j', async (use, options, view, expected) => {
    expect(await makeEncoder(use, options, view)).toMatchObject(expected);
  });
});

test('variables start as PyTorch starts them', async () => {
  const { params } = await makeEncoder('slow-r50', { zeroInitResidual: true }, [6, 85, 92, 1]);
  const drawn = (name: string): Float32Array => params[`trunk/${name}`]!.init(hostRandom(0, name));
  const deviation = (of: Float32Array): number =>
    Math.sqrt(of.reduce((sum, v) => sum + v * v, 0) / of.length);
  // He et al.: sqrt(2 / (kernel size x outputs))
  expect(deviation(drawn('stages/0/0/conv2/weight')) / Math.sqrt(2 / (9 * 64))).toBeCloseTo(1, 1);
  // the paper's fresh stem: uniform in +-1 / sqrt(inputs x kernel size)
  expect(Math.max(...drawn('stem/conv/weight').map(Math.abs))).toBeLessThanOrEqual(1 / 7);
  expect(new Set(drawn('stages/0/0/norm1/weight'))).toEqual(new Set([1]));
  expect(new Set(drawn('stages/0/0/norm3/weight'))).toEqual(new Set([0]));
});

test('what is wrong is named', async () => {
  const cases: [string, object, readonly number[]][] = [
    ['slow-r50', {}, [85, 92, 1]],
    ['slow-r50', { widths: [8, 8] }, [6, 85, 92, 1]],
    ['resnet3d', { stageStrides: [[1, 1, 1]] }, [6, 85, 92, 1]],
    ['resnet3d', { norm: 'group', groups: 7 }, [6, 85, 92, 1]],
    ['cnn3d', { size: 'custom' }, [6, 85, 92, 1]],
    ['cnn3d', { channels: [8] }, [6, 85, 92, 1]],
    ['swin2d', { size: 'custom', embed: 8, depths: [1], heads: [3] }, [6, 85, 92, 1]],
    ['swin2d', {}, [1, 8, 8, 1]],
    ['swin3d', { size: 'custom', embed: 8, depths: [1, 1], heads: [2] }, [6, 85, 92, 1]],
  ];
  const messages: string[] = [];
  for (const [use, options, view] of cases) {
    const thrown: unknown = await makeEncoder(use, options, view).catch((error: unknown) => error);
    messages.push((thrown as Error).message);
  }
  expect(messages).toMatchInlineSnapshot(`
    [
      "E_CNN_VIEW: encoder slow-r50: the view is float32 of the shape [85, 92, 1], not float32 [slices, height, width, channels]. Fix: give it a view of volumes (or of frames in place of slices), channels last.",
      "E_CNN_STAGES: encoder slow-r50, option widths: the list has a length of 2, the network 4 stages. Fix: give one entry per stage.",
      "E_CNN_STAGES: encoder resnet3d, option stageStrides: the list has a length of 1, the network 4 stages. Fix: give one entry per stage.",
      "E_GROUP_WIDTH: 64 channels cannot be shared by 7 groups. Fix: choose a number of groups that divides all widths, for example 8.",
      "E_CNN_SIZE: encoder cnn3d: the size custom needs its own numbers: channels. Fix: give all, or a named size.",
      "E_CNN_SIZE: encoder cnn3d: the size tiny brings its own channels, and one was given too. Fix: drop it, or choose the size custom.",
      "E_ATTENTION_WIDTH: a width of 8 cannot be shared by 3 attention heads. Fix: choose a width that is a multiple of the heads, for example 9.",
      "E_CNN_SMALL: encoder swin2d: a view of [1, 8, 8, 1] is too small: stage 3 of 4 would merge a single cell. Fix: give larger volumes, or smaller patches and strides.",
      "E_CNN_STAGES: encoder swin3d, option heads: the list has a length of 1, the network 2 stages. Fix: give one entry per stage.",
    ]
  `);
});
