import { readRuntimeConfig } from "../../../_session/runtime-config.ts";
import { documentation } from "../../_engine/documentation.ts";
import { pageMarkdown } from "../../_engine/page-markdown.ts";

/** `GET /docs/<page>.md`: a page as Markdown. */
export const GET = async (
  _request: Request,
  { params }: { readonly params: Promise<{ readonly path?: string[] }> },
): Promise<Response> => {
  const { path = [] } = await params;
  const page = documentation().getPage(path[0] === "index" && path.length === 1 ? [] : path);
  return page === undefined
    ? new Response("There is no such page. /llms.txt lists them.\n", { status: 404 })
    : new Response(pageMarkdown(page, readRuntimeConfig().dashboardUrl), {
        headers: { "content-type": "text/markdown; charset=utf-8" },
      });
};
