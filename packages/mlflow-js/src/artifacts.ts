/** @file Artifacts through the server's proxy: streamed up, streamed down, listed. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { foreignStore } from './errors.ts';
import { artifactSegments } from './names.ts';
import { isObject, isText, listOf } from './request.ts';
import type { Requester } from './request.ts';
import type { Artifact } from './types.ts';

const proxy = 'api/2.0/mlflow-artifacts/artifacts';

/** `artifactUri`: of a run or a logged model. Errors: E_MLFLOW_PATH, E_MLFLOW_STORE, those of a call; a missing file's own. */
export async function uploadArtifact(
  to: Requester,
  artifactUri: string,
  path: string,
  content: Uint8Array | { readonly file: string },
): Promise<void> {
  const address = addressOf(to, artifactUri, path);
  if (content instanceof Uint8Array) return to.put(address, content);
  const stream = createReadStream(content.file);
  await new Promise<void>((resolve, reject) => {
    stream.once('open', () => resolve());
    stream.once('error', reject); // before anything is sent
  });
  await to.put(address, Readable.toWeb(stream) as ReadableStream<Uint8Array>);
}

export function downloadArtifact(
  to: Requester,
  artifactUri: string,
  path: string,
): Promise<ReadableStream<Uint8Array>> {
  return to.get(addressOf(to, artifactUri, path));
}

/** One level; `path` '' is the root. All pages. */
export async function listArtifacts(
  to: Requester,
  runId: string,
  path = '',
): Promise<readonly Artifact[]> {
  const found: Artifact[] = [];
  let token: string | undefined;
  do {
    const query = { run_id: runId, path: path === '' ? undefined : path, page_token: token };
    const answer = await to.json('GET', 'api/2.0/mlflow/artifacts/list', { query });
    for (const one of listOf(answer['files'])) {
      if (!isObject(one) || !isText(one['path'])) continue;
      const size = Number(one['file_size'] ?? 0);
      found.push({ path: one['path'], isDir: one['is_dir'] === true, size });
    }
    token = isText(answer['next_page_token']) ? answer['next_page_token'] : undefined;
  } while (token !== undefined && token !== '');
  return found;
}

/** 'mlflow-artifacts:/1/<run>/artifacts' + 'a/b.svg' -> path below the proxy. */
function addressOf(to: Requester, artifactUri: string, path: string): string {
  const segments = artifactSegments(path);
  const proxied = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.+)$/.exec(artifactUri)?.[1];
  const below = proxied ?? belowServer(to.base, artifactUri);
  if (below === undefined) throw foreignStore(artifactUri);
  return `${proxy}/${artifactSegments(below.replace(/\/+$/, ''))}/${segments}`;
}

/** The store may also be named by the server's own address. */
function belowServer(base: string, artifactUri: string): string | undefined {
  const start = `${base}${proxy}/`;
  return artifactUri.startsWith(start) ? artifactUri.slice(start.length) : undefined;
}
