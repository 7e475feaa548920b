import type { Pool } from "undici";

interface StreamRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const ending = Buffer.from("data: [DONE]");
const saidBytes = 300;

/** Reads one stream to its end; the milliseconds until its first byte. Rejects where it did not end as it should, with what it said. */
export const streamOnce = async (pool: Pool, { path, headers, body }: StreamRequest): Promise<number> => {
  const began = performance.now();
  let first: number | undefined;
  let ended = false;
  let said = "";
  const answer = await pool.request({
    method: "POST",
    path,
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  for await (const chunk of answer.body) {
    first ??= performance.now() - began;
    if (!Buffer.isBuffer(chunk)) continue;
    if (chunk.includes(ending)) ended = true;
    if (answer.statusCode !== 200 && said.length < saidBytes) said += chunk.toString("utf8");
  }
  if (answer.statusCode !== 200) throw new Error(`answered ${answer.statusCode}: ${said.slice(0, saidBytes)}`);
  if (!ended || first === undefined) throw new Error("the stream broke off");
  return first;
};
