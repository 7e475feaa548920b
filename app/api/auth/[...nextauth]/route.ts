import nextAuth from "next-auth";
import { sessionOptions } from "../../../_session/session-options.ts";

const handler = nextAuth(sessionOptions);

export { handler as GET, handler as POST };
