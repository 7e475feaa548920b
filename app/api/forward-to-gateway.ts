import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { handleFetch } from "../../server/assembly/next.ts";

interface GatewayModule {
  readonly handleFetch: typeof handleFetch;
}

let loading: Promise<GatewayModule> | undefined;

// Node runs the gateway's sources as they are, the same as `npm start` does: bundled, they would lose the files they
// read beside them. The path names the module of the type above.
const load = (): Promise<GatewayModule> => {
  const module = pathToFileURL(join(process.cwd(), "server", "assembly", "next.ts")).href;
  return import(/* turbopackIgnore: true */ module);
};

/** Hands a request to the gateway in this process. As the gateway's child there is none: it answers such paths itself. */
export const forwardToGateway = async (request: Request): Promise<Response> => {
  if (process.env.NEXUS_DASHBOARD_CHILD) return new Response(null, { status: 404 });
  loading ??= load();
  const gateway = await loading.catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return gateway.handleFetch(request);
};
