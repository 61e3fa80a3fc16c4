import { describeEncoder } from '@dualbeat/plugin-kit';

const here = import.meta.url;
const from = { input: { shape: [3, 18, 17, 1], dtype: 'float32' } } as const;
const thin = { widths: [2, 2, 4, 4], latent: 4 };

describeEncoder(here, {
  id: 'slow-r50',
  cases: [
    { options: thin, from },
    { options: { ...thin, norm: 'group', groups: 2, fusion: 'mean' }, from },
  ],
});
describeEncoder(here, {
  id: 'resnet3d',
  cases: [{ options: { depth: 10, widths: [2, 2, 4, 4] }, from }],
});
describeEncoder(here, {
  id: 'resnet2d',
  cases: [{ options: { depth: 10, widths: [2, 2, 4, 4], latent: 4 }, from }],
});
describeEncoder(here, {
  id: 'resnet2d-sequence',
  cases: [{ options: { depth: 10, widths: [2, 2, 4, 4], latent: 4 }, from }],
});
const swin = { size: 'custom', embed: 4, depths: [1, 2], heads: [1, 2] };
describeEncoder(here, { id: 'swin2d', cases: [{ options: { ...swin, window: 3 }, from }] });
describeEncoder(here, {
  id: 'swin3d',
  cases: [{ options: { ...swin, window: [2, 3, 3], dropPath: 0.1 }, from }],
});
describeEncoder(here, {
  id: 'cnn3d',
  cases: [{ options: { size: 'custom', channels: [4, 4], width: 4, groups: 2 }, from }],
});
