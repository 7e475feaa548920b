import { createServer } from "node:http";
import { Pool } from "undici";

// The least a Node gateway can do: read the body, pass it on, pass the answer back. Started as a process of its own.
const [upstream = "", port = "0"] = process.argv.slice(2);
const pool = new Pool(upstream, { connections: 4_096, pipelining: 1 });

createServer((incoming, outgoing) => {
  const chunks: Buffer[] = [];
  incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
  incoming.on("end", () => {
    pool
      .request({
        method: "POST",
        path: "/v1/chat/completions",
        headers: { "content-type": "application/json" },
        body: Buffer.concat(chunks),
      })
      .then(async ({ statusCode, headers, body }) => {
        const type = String(headers["content-type"]);
        if (type.startsWith("text/event-stream")) {
          outgoing.writeHead(statusCode, { "content-type": type });
          body.once("error", () => outgoing.destroy()).pipe(outgoing);
          return;
        }
        const answer = Buffer.from(await body.arrayBuffer());
        outgoing.writeHead(statusCode, { "content-type": "application/json", "content-length": answer.length });
        outgoing.end(answer);
      })
      .catch(() => outgoing.writeHead(502).end());
  });
}).listen(Number(port), "127.0.0.1", 4_096);
