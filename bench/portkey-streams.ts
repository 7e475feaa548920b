// Loaded into Portkey before anything else (`--import`): its release sets headers of its own on the answers it has fetched,
// which Node does not let it, so it answers every stream with 500 (its issues 1389 and 1550). Here what is fetched as a stream
// has headers that may be set; all else is as released.

const fetched = globalThis.fetch;
const NodeResponse = Response;

globalThis.fetch = async (...asked) => {
  const answer = await fetched(...asked);
  if (!answer.headers.get("content-type")?.startsWith("text/event-stream")) return answer;
  const { status, statusText, headers, body } = answer;
  return new NodeResponse(body, { status, statusText, headers: new Headers(headers) });
};
