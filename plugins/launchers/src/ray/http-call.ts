/** @file One HTTP call by node:http. Ray refuses fetch: Node sends `sec-fetch-mode` with it, which Ray takes for a browser. */
import { request as http } from 'node:http';
import { request as https } from 'node:https';

export type HttpAnswer = { readonly status: number; readonly text: string };

export function httpCall(
  url: URL,
  of: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
    readonly timeoutMs: number;
  },
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const { method, headers, body, timeoutMs } = of;
    const send = url.protocol === 'https:' ? https : http;
    const call = send(
      url,
      { method, headers, signal: AbortSignal.timeout(timeoutMs) },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => void (text += piece));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.on('error', reject);
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}
