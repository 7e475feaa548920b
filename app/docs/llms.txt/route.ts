import { readRuntimeConfig } from "../../_session/runtime-config.ts";
import { llmsIndex } from "../_engine/index-for-assistants.ts";

export const dynamic = "force-dynamic";

/** `GET /llms.txt` */
export const GET = (): Response =>
  new Response(llmsIndex(readRuntimeConfig().dashboardUrl), {
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "public, max-age=300" },
  });
