import { query } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { answerFrame, FrameQuery } from "./answer-frame.ts";

/** Frames through which the apps of one browser hear that somebody signed out. */
export const sessionFrameRoutes: readonly AuthRoute[] = [
  route.get("/session/channel").step(query(FrameQuery)).answer(answerFrame("channel")),
  route.get("/session/broadcast-logout").step(query(FrameQuery)).answer(answerFrame("broadcast")),
];
