import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import { framePage, type FrameKind } from "./frame-page.ts";

/** The exact origin of the page that embeds the frame. */
export const FrameQuery = z.strictObject({ origin: z.string().min(1).max(300) });
export type FrameQuery = z.infer<typeof FrameQuery>;

interface Frame extends HttpExchange {
  readonly input: FrameQuery;
}

/** A frame for an origin on the list that governs CORS, too. */
export const answerFrame =
  (kind: FrameKind) =>
  async ({ context, input }: Frame): Promise<HttpAnswer> => {
    const { origins } = await context.catalogues.recent();
    if (!context.origins.find(input.origin, origins)) throw new AuthError("origin_not_allowed");
    const { html, contentSecurityPolicy } = framePage(kind, input.origin);
    return { status: 200, html, headers: { "Content-Security-Policy": contentSecurityPolicy } };
  };
