import type { ServerResponse } from "node:http";
import type { SandboxServer } from "../serve-vendors.ts";

/** A file that a vendor made, at an address that needs no key: as fal.media has them. */
export function serveMade({ files }: Pick<SandboxServer, "files">, name: string, response: ServerResponse): void {
  const file = files.published.get(name);
  if (file === undefined) response.writeHead(404, { "content-type": "text/plain" }).end("There is no such file.\n");
  else response.writeHead(200, { "content-type": file.mediaType, "content-length": file.bytes.length }).end(file.bytes);
}
