import { createServer } from "node:http";

// A vendor of mail that takes everything at once, over Resend's wire, and keeps nothing of it but the order in which it came.

/** By organization: the number of the latest mail by the order in which they are due. */
const latest = new Map<string, number>();
let taken = 0;
let disordered = 0;
const window = Number(process.argv[2] ?? 64);

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const [, organization = "", place = ""] =
      /"subject":"([a-z]+) (\d+)"/.exec(Buffer.concat(chunks).toString("utf8")) ?? [];
    const n = Number(place);
    const before = latest.get(organization) ?? -1;
    // What is under way at once arrives in any order; beyond that, a later one has overtaken it.
    if (n < before - window) disordered += 1;
    if (n > before) latest.set(organization, n);
    taken += 1;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ id: crypto.randomUUID() }));
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.send?.({ port: address.port });
});
process.on("message", (asked) => {
  if (asked === "reset") {
    latest.clear();
    taken = 0;
    disordered = 0;
  }
  process.send?.({ taken, disordered });
});
process.on("disconnect", () => process.exit(0));
