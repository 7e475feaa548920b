import { AuthUnavailable, type OrganizationDirectory as AuthDirectory } from "@topolo/auth-middleware";
import type { Directory, Known, LookedUp } from "../domain/existence/index.ts";
import { NexusError } from "../errors.ts";

interface CreateDirectory {
  /** Look-ups at Auth. */
  readonly auth: AuthDirectory;
  /** Organizations that the caller may learn of; none except for operators. */
  readonly organizations?: () => Promise<readonly Known[]>;
}

/** Names that are not in a list, at once. */
const mostAsked = 25;

const notFound = async (others: Promise<readonly Known[]>): Promise<LookedUp> => ({
  found: false,
  others: await others,
});

const yes: LookedUp = { found: true };

const none = async (): Promise<readonly Known[]> => [];

/** Anything but a well-formed answer of Auth counts as no answer. */
const failClosed = (error: unknown): never => {
  if (AuthUnavailable.is(error))
    throw new NexusError("AUTH_UNAVAILABLE", {
      message: "Topolo Auth cannot be asked whether this exists; try again shortly.",
      cause: error,
      retryAfterMs: 1_000,
    });
  throw error;
};

/** What exists, according to Auth; of users, keys and organizations only those of the caller's own organization. */
export const createDirectory = ({ auth, organizations = none }: CreateDirectory): Directory => {
  const services = async (): Promise<readonly Known[]> =>
    (await auth.services())
      .filter(({ status }) => status === "active")
      .map(({ id, name, slug }) => ({ id, names: [name, slug] }));
  const members = async (organizationId: string): Promise<readonly Known[]> =>
    (await auth.members(organizationId)).map(({ userId, email, name }) => ({ id: userId, names: [email, name] }));
  const keys = async (organizationId: string): Promise<readonly Known[]> =>
    (await auth.apiKeys(organizationId)).filter(({ active }) => active).map(({ id, name }) => ({ id, names: [name] }));

  const lookUp: Directory["lookUp"] = async (question) => {
    const { kind, id } = question;
    switch (kind) {
      case "organization":
        return (await auth.organization(id))?.id === id ? yes : notFound(organizations());
      case "app": {
        const known = await services();
        return known.some((service) => service.id === id) ? yes : { found: false, others: known };
      }
      case "user":
        return (await auth.memberOf(question.organizationId, id)) ? yes : notFound(members(question.organizationId));
      case "key":
        return (await auth.apiKeyOf(question.organizationId, id))?.active === true
          ? yes
          : notFound(keys(question.organizationId));
    }
  };
  // The lists hold a hundred; the few others are asked for one by one.
  const namesOf: Directory["namesOf"] = async ({ organizationId, users, keys: keyIds }) => {
    const names = new Map<string, string>();
    const listed = async (ids: readonly string[], list: typeof members): Promise<void> => {
      if (ids.length === 0) return;
      for (const { id, names: all } of await list(organizationId)) {
        const name = all.findLast((one) => one !== "");
        if (name !== undefined && ids.includes(id)) names.set(id, name);
      }
    };
    await Promise.all([
      listed(users, members),
      listed(keyIds, async (id) =>
        (await auth.apiKeys(id)).map((key) => ({
          id: key.id,
          names: [key.name],
        })),
      ),
    ]);
    const absent = (ids: readonly string[]): readonly string[] =>
      ids.filter((id) => !names.has(id)).slice(0, mostAsked);
    await Promise.all([
      ...absent(users).map(async (id) => {
        const member = await auth.memberOf(organizationId, id);
        if (member) names.set(id, member.name === "" ? member.email : member.name);
      }),
      ...absent(keyIds).map(async (id) => {
        const key = await auth.apiKeyOf(organizationId, id);
        if (key) names.set(id, key.name);
      }),
    ]);
    return names;
  };

  return {
    lookUp: (question) => lookUp(question).catch(failClosed),
    namesOf: (asked) => namesOf(asked).catch(failClosed),
  };
};

/** Used where no Auth runs yet: every look-up fails. */
export const noDirectory: Directory = {
  lookUp: async () => {
    throw new NexusError("AUTH_UNAVAILABLE");
  },
  namesOf: async () => {
    throw new NexusError("AUTH_UNAVAILABLE");
  },
};
