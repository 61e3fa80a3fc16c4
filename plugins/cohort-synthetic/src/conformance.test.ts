import { describeCohort } from '@dualbeat/plugin-kit';

const tiny = {
  subjects: 24,
  samplingHz: 100,
  seconds: 1,
  cmr: { slices: 2, height: 16, width: 18, pixelMm: 8 },
};
const lacking = {
  missing: { ecg: 0.3, ed: 0.3, es: 0.3, covariates: 0.3, phenotypes: 0.2, endpoints: 0.3 },
  labels: { fraction: 0.2 },
  repeatVisits: 0.5,
};
const from = () => ({ readers: [], seed: 0, resolve: (path: string) => path });

describeCohort(import.meta.url, {
  id: 'synthetic',
  cases: [
    { name: 'plain', options: tiny, from },
    { name: 'missing values, repeat visits', options: { ...tiny, ...lacking }, from },
    { name: 'control', options: { ...tiny, coupled: false, esInformation: false }, from },
  ],
});
