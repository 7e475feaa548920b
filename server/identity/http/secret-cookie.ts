import type { HttpRequest } from "./exchange.ts";

/** The form of a secret of 256 bits in a cookie. */
export const secretForm = /^[A-Za-z0-9_-]{43}$/;

interface SecretCookie {
  /** Without the prefix that it bears wherever there is TLS. */
  readonly name: string;
  readonly secure: boolean;
  /** Goes along with requests that other sites' pages make. */
  readonly crossSite?: boolean;
}

/** A cookie that scripts cannot read: a `__Host-` one wherever there is TLS. */
export const secretCookie = ({ name: plain, secure, crossSite = false }: SecretCookie) => {
  const name = secure ? `__Host-${plain}` : plain;
  const attributes = `Path=/; HttpOnly; SameSite=${crossSite ? "None" : "Lax"}${secure ? "; Secure" : ""}`;
  const all = (request: HttpRequest): string[] =>
    (request.header("cookie") ?? "")
      .split(";")
      .map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(`${name}=`))
      .map((pair) => pair.slice(name.length + 1));
  return {
    name,
    clear: `${name}=; Max-Age=0; ${attributes}`,
    set: (secret: string, maxAgeMs: number): string =>
      `${name}=${secret}; Max-Age=${Math.floor(maxAgeMs / 1000)}; ${attributes}`,
    /** Every value of this name that came along, whatever its form. */
    all,
    /** The secret, if there is exactly one of the right form. */
    read: (request: HttpRequest): string | undefined => {
      const [value, ...more] = all(request);
      return value !== undefined && more.length === 0 && secretForm.test(value) ? value : undefined;
    },
  };
};
