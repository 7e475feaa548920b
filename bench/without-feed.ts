import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

// Loaded into the product before anything else (`--import`): its gateways then follow no revocation feed, so that what they
// reuse ends by time alone. No setting does this; it is here to be measured against.

const file = pathToFileURL(join(import.meta.dirname, "..", "server", "assembly", "assemble.ts")).href;
const find = "config.authCacheMs === 0";

registerHooks({
  load: (asked, context, nextLoad) => {
    const loaded = nextLoad(asked, context);
    if (asked !== file) return loaded;
    const { source } = loaded;
    const text = typeof source === "string" ? source : new TextDecoder().decode(source ?? new Uint8Array());
    if (text.split(find).length !== 2) throw new Error(`assemble.ts does not hold "${find}" exactly once`);
    return { ...loaded, source: text.replace(find, "true") };
  },
});
