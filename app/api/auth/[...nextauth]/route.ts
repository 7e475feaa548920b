import nextAuth from "next-auth";
import { keepAskedCookies } from "../../../_session/keep-asked-cookies.ts";
import { sessionOptions } from "../../../_session/session-options.ts";

interface RouteContext {
  readonly params: Promise<{ readonly nextauth: string[] }>;
}

// The options name Auth's address, which is known when the server runs and not yet when it is built.
const handle = async (request: Request, context: RouteContext): Promise<Response> => {
  const { nextauth } = await context.params;
  return keepAskedCookies(nextauth[0], await nextAuth(sessionOptions())(request, context));
};

export { handle as GET, handle as POST };
