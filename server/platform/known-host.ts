const loopback = /^(localhost|[a-z0-9-]+\.localhost|127(\.\d{1,3}){3}|\[::1\]|\[::ffff:127(\.\d{1,3}){3}\])$/;

const portForm = /:\d{1,5}$/;

/**
 * Whether a Host header names this machine, or one of the names it is known by. A page of another site whose name was made
 * to lead here (DNS rebinding) sends its own.
 */
export const isKnownHost = (host: string | undefined, names: readonly string[]): boolean => {
  if (host === undefined) return false;
  const name = host.toLowerCase().replace(portForm, "").replace(/\.$/, "");
  return loopback.test(name) || names.some((known) => known.toLowerCase() === name);
};
