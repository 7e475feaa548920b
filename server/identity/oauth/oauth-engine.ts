import type { Interaction, InteractionResults, Provider } from "oidc-provider";
import type { HttpAnswer, HttpRequest } from "../http/auth-request.ts";

/** The OAuth and OpenID Connect protocol, behind the routes of Auth. */
export interface OAuthEngine {
  readonly provider: Provider;
  /** Lets the engine answer; the body may have been read before. */
  readonly answer: (request: HttpRequest, body?: Buffer) => Promise<HttpAnswer>;
  /** The sign-in under way on this browser; undefined where there is none of that name. */
  readonly interaction: (request: HttpRequest, uid: string) => Promise<OpenInteraction | undefined>;
}

export interface OpenInteraction {
  readonly details: Interaction;
  /** Records what came of it; returns where the browser goes on. */
  readonly finish: (result: InteractionResults) => Promise<string>;
}
