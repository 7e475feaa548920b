import type { AuthMiddleware, BindableResource } from "@topolo/auth-middleware";
import {
  bindableTopics,
  selectBindable,
  withBindableLock,
  type OrganizationResources,
} from "../domain/bindable/index.ts";
import type { Deps } from "../platform/deps.ts";
import { oneAtATime } from "../platform/one-at-a-time.ts";

interface PublishResources {
  readonly auth: Pick<AuthMiddleware, "resources">;
  readonly deps: Pick<Deps, "db" | "feed" | "log">;
}

const nameOf = ({ type, resourceId }: { readonly type: string; readonly resourceId: string }): string =>
  `${type} ${resourceId}`;

/** Tells Auth what has changed of one organization's resources; what is no longer there ends the keys bound to it. */
const publish = async (
  { resources: catalogue }: Pick<AuthMiddleware, "resources">,
  { organizationId, resources }: OrganizationResources,
): Promise<void> => {
  const known = new Map((await catalogue.list(organizationId)).map((each) => [nameOf(each), each]));
  const wanted = new Set(resources.map(nameOf));
  const put = resources.filter((each): each is BindableResource => known.get(nameOf(each))?.label !== each.label);
  const remove = [...known.values()]
    .filter((each) => !wanted.has(nameOf(each)))
    .map(({ type, resourceId }) => ({ type, resourceId }));
  await catalogue.change(organizationId, { put, remove });
};

/**
 * Keeps Auth's catalogue of Nexus's own resources, budgets and apps: soon after each change, and at the latest when `run` is
 * called. Of several processes one does it at a time.
 */
export const openResourcePublisher = ({ auth, deps: { db, feed, log } }: PublishResources) => {
  const published = new Map<string, string>();
  const rounds = oneAtATime(async () => {
    await withBindableLock(db.pool, async (client) => {
      for (const each of await selectBindable(client)) {
        if (rounds.isClosed()) return;
        const digest = JSON.stringify(each.resources);
        if (published.get(each.organizationId) === digest) continue;
        try {
          await publish(auth, each);
          published.set(each.organizationId, digest);
        } catch (error) {
          log.warn({ err: error, organizationId: each.organizationId }, "resources not told to Topolo Auth");
        }
      }
    });
  });
  const runQuietly = (): void =>
    void rounds.run().catch((error: unknown) => log.warn({ err: error }, "resources not told to Topolo Auth"));
  const unsubscribe = bindableTopics.map((topic) => feed.on(topic, runQuietly));
  return {
    run: rounds.run,
    close: async (): Promise<void> => {
      for (const end of unsubscribe) end();
      await rounds.close();
    },
  };
};
