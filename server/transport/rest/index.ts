import type { AuthenticatedDoor, OpenDoor } from "../dispatch.ts";
import type { ProcedureDeps } from "../trpc/procedure-deps.ts";
import { createProcedureDoor } from "./rest-door.ts";
import { restPrefixes } from "./rest-route.ts";

/** The REST door with where it is mounted, and the document that describes it. */
interface RestDoor {
  readonly prefixes: readonly string[];
  readonly door: AuthenticatedDoor;
  /** `GET /api/openapi.json`, without a credential. */
  readonly openApi: OpenDoor;
}

export const createRestDoor = ({ deps }: { readonly deps: ProcedureDeps }): RestDoor => {
  let document: Promise<string> | undefined;
  // Made once, at the first request: the generator takes longer to load than all API surfaces together.
  const load = async (): Promise<string> => JSON.stringify((await import("./openapi.ts")).openApiDocument());
  return {
    prefixes: restPrefixes(),
    door: createProcedureDoor({ deps }),
    openApi: async () => {
      document ??= load();
      return { status: 200, headers: { "content-type": "application/json" }, body: await document };
    },
  };
};
