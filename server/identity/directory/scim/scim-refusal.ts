import type { AuthError } from "../../auth-error.ts";
import type { HttpAnswer } from "../../http/auth-request.ts";
import { errorSchema, type ScimType } from "./scim-error.ts";

/** The media type of SCIM's answers. */
export const scimMediaType = { "Content-Type": "application/scim+json; charset=utf-8" } as const;

/** Whether directories speak SCIM at the path, and expect its form of a refusal. */
export const speaksScim = (path: string): boolean => path === "/scim/v2" || path.startsWith("/scim/v2/");

interface ScimRefusal {
  readonly status: number;
  readonly detail: string;
  readonly scimType?: ScimType | undefined;
}

/** A refusal in the form of RFC 7644 §3.12. */
export const scimRefusal = ({ status, detail, scimType }: ScimRefusal): HttpAnswer => ({
  status,
  json: {
    schemas: [errorSchema],
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
    detail,
  },
  headers: { ...scimMediaType, ...(status === 401 ? { "WWW-Authenticate": 'Bearer realm="scim"' } : {}) },
});

type Refused = Pick<AuthError, "status" | "message"> & Partial<Pick<AuthError, "issues">>;

/** The same for what is refused on the way to a route of SCIM, or by what is not SCIM's own. */
export const refusalInScim = (path: string, { status, message, issues }: Refused): HttpAnswer | undefined => {
  if (!speaksScim(path)) return undefined;
  const [issue] = issues ?? [];
  if (!issue) return scimRefusal({ status, detail: message });
  const scimType = issue.field === "filter" ? "invalidFilter" : "invalidValue";
  return scimRefusal({ status, detail: `${issue.field}: ${issue.expected}.`, scimType });
};
