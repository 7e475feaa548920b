const unavailableMarker = Symbol.for("topolo.auth-middleware.unavailable");
const unauthenticatedMarker = Symbol.for("topolo.auth-middleware.unauthenticated");
const deniedMarker = Symbol.for("topolo.auth-middleware.denied");

const resourceMarker = Symbol.for("topolo.auth-middleware.resource-denied");

const marked = (value: unknown, marker: symbol): boolean =>
  typeof value === "object" && value !== null && marker in value;

/** Auth gave no usable answer, so nobody is let in. Answer 503: a 401 would sign people out. */
export class AuthUnavailable extends Error {
  constructor(reason: string, options?: { readonly cause?: unknown }) {
    super(`Topolo Auth gave no usable answer: ${reason}`, options);
    Object.defineProperty(this, unavailableMarker, { value: true });
    this.name = "AuthUnavailable";
  }

  static is(value: unknown): value is AuthUnavailable {
    return marked(value, unavailableMarker);
  }
}

/** Auth said no. Answer 401. */
export class Unauthenticated extends Error {
  /** Auth's reason, for example `token_expired`, `session_revoked` or `workspace_suspended`. */
  readonly code: string;

  constructor(code: string) {
    super(`Topolo Auth refused the credential: ${code}`);
    Object.defineProperty(this, unauthenticatedMarker, { value: true });
    this.name = "Unauthenticated";
    this.code = code;
  }

  static is(value: unknown): value is Unauthenticated {
    return marked(value, unauthenticatedMarker);
  }
}

/** The principal lacks the permission. Answer 403. */
export class PermissionDenied extends Error {
  readonly permission: string;

  constructor(permission: string) {
    super(`The permission ${permission} is required`);
    Object.defineProperty(this, deniedMarker, { value: true });
    this.name = "PermissionDenied";
    this.permission = permission;
  }

  static is(value: unknown): value is PermissionDenied {
    return marked(value, deniedMarker);
  }
}

/** The key is bound to other resources than the one that the request is about. */
export class ResourceDenied extends Error {
  constructor() {
    super("The key is bound to other resources");
    Object.defineProperty(this, resourceMarker, { value: true });
    this.name = "ResourceDenied";
  }

  static is(value: unknown): value is ResourceDenied {
    return marked(value, resourceMarker);
  }
}
