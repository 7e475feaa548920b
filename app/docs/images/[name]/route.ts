import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const types: Readonly<Record<string, string>> = { png: "image/png", svg: "image/svg+xml" };

/** A picture of `docs/images`. */
export const GET = async (
  _request: Request,
  { params }: { readonly params: Promise<{ readonly name: string }> },
): Promise<Response> => {
  const { name } = await params;
  const folder = join(/* turbopackIgnore: true */ process.cwd(), "docs/images");
  const type = types[name.split(".").at(-1) ?? ""];
  if (type === undefined || !(await readdir(folder)).includes(name))
    return new Response("There is no such picture.\n", { status: 404 });
  return new Response(Uint8Array.from(await readFile(join(folder, name))), {
    headers: { "content-type": type, "cache-control": "public, max-age=3600" },
  });
};
