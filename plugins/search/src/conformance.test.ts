import { describeSearch } from '@dualbeat/plugin-kit';

describeSearch(import.meta.url, { id: 'random-search' });
describeSearch(import.meta.url, {
  id: 'tpe',
  cases: [{}, { name: 'soon', options: { startup: 2, candidates: 4 } }],
});
