import { readRuntimeConfig } from "../../_session/runtime-config.ts";
import { llmsWhole } from "../_engine/index-for-assistants.ts";

export const dynamic = "force-dynamic";

/** `GET /llms-full.txt` */
export const GET = (): Response =>
  new Response(llmsWhole(readRuntimeConfig().dashboardUrl), {
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "public, max-age=300" },
  });
