import type { AuthRoute } from "../http/route.ts";
import { routes } from "../routes.ts";

/** Of the protocols' own documents, of frames and of pages that only redirect the OpenAPI document says nothing. */
const others =
  /^\/(?:scim|sso|oauth|interaction|federated|organization-sign-in|session|settings|setup|\.well-known)(?:\/|$)/;

/** The operations of Auth's REST API. */
export const restRoutes: readonly AuthRoute[] = routes.filter(({ path }) => !others.test(path));
