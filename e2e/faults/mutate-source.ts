import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { SourceMutation } from "./gateway-process.ts";

// Loaded into a gateway process before anything else (`--import`): hands one file of the product to it with one text
// replaced. A text that is not there, or is there twice, ends the process: nothing was examined.

/** Written by gateway-process.ts and nobody else. */
const asMutation = (value: unknown): SourceMutation => value as SourceMutation;

const { file, find, replace } = asMutation(JSON.parse(process.env["MUTATION"] ?? "{}"));
const url = pathToFileURL(join(import.meta.dirname, "..", "..", file)).href;

registerHooks({
  load: (asked, context, nextLoad) => {
    const loaded = nextLoad(asked, context);
    if (asked !== url) return loaded;
    const { source } = loaded;
    const text = typeof source === "string" ? source : new TextDecoder().decode(source ?? new Uint8Array());
    if (text.split(find).length !== 2)
      throw new Error(`${file} does not hold the text to mutate exactly once: ${find}`);
    process.stdout.write(`mutated ${file}\n`);
    return { ...loaded, source: text.replace(find, () => replace) };
  },
});
