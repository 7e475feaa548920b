import type { JsonObject } from "./read-json.ts";

/** A file in a form. */
export interface SandboxUpload {
  readonly name: string;
  readonly mediaType: string;
  /** Base64. */
  readonly data: string;
}

/** A form as an object: what is named `x[]` is a list, a file is its name, type and content. Undefined for what is no form. */
export async function readUploadForm(bytes: Buffer, contentType: string): Promise<JsonObject | undefined> {
  let form: FormData;
  try {
    form = await new Response(new Uint8Array(bytes), { headers: { "content-type": contentType } }).formData();
  } catch {
    return undefined;
  }
  const body: JsonObject = {};
  for (const name of new Set(form.keys())) {
    const values = await Promise.all(
      form.getAll(name).map(async (value): Promise<string | SandboxUpload> => {
        if (typeof value === "string") return value;
        const data = Buffer.from(await value.arrayBuffer()).toString("base64");
        return { name: value.name, mediaType: value.type, data };
      }),
    );
    body[name] = name.endsWith("[]") || values.length > 1 ? values : values[0];
  }
  return body;
}
