import { searchPages } from "../_engine/search-pages.ts";

/** `GET /docs/search?query=…`: places of the documentation, as JSON. */
export const GET = async (request: Request): Promise<Response> => {
  const query = new URL(request.url).searchParams.get("query") ?? "";
  return Response.json(await searchPages(query), { headers: { "cache-control": "public, max-age=60" } });
};
