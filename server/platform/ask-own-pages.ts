import { get } from "node:http";

interface AskOwnPages {
  /** Of the process that serves them, on this machine. */
  readonly port: number;
  readonly path: string;
  readonly signal: AbortSignal;
  readonly mostBytes: number;
}

/** Reads what the pages' own process answers on loopback, as text; more than `mostBytes` is an error. */
export const askOwnPages = ({
  port,
  path,
  signal,
  mostBytes,
}: AskOwnPages): Promise<{ readonly status: number; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const headers = { "x-topolo-surface": "dashboard" };
    const asked = get({ host: "127.0.0.1", port, path, headers, signal }, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on("data", (chunk: Buffer) => {
        size += chunk.byteLength;
        if (size > mostBytes) asked.destroy(new Error(`${path} has more than ${mostBytes} bytes`));
        else chunks.push(chunk);
      });
      answer.on("error", reject);
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }));
    });
    asked.on("error", reject);
  });
