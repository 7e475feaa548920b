import { seeOther, type HttpAnswer, type HttpExchange } from "../../http/exchange.ts";
import type { Params } from "../../http/route.ts";
import { cookieValues, engineCookies } from "../engine/cookies.ts";
import { findLiveSession } from "../live-browser-session.ts";

/** Goes on where the engine had stopped; where somebody else has signed in meanwhile, for that person. */
export const resumeSignIn = async (exchange: HttpExchange & Params): Promise<HttpAnswer> => {
  const { request, context, params } = exchange;
  const [uid] = cookieValues(request, engineCookies.resume);
  const stored =
    uid !== undefined && uid === params.uid ? await context.oauth.provider.Interaction.find(uid) : undefined;
  const accountId = stored?.result?.login?.accountId;
  if (uid !== undefined && accountId !== undefined) {
    const live = await findLiveSession(context, request);
    if (live && live.user.id !== accountId) return seeOther(`/interaction/${uid}`);
  }
  return context.oauth.answer(request);
};
