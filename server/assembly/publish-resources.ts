import type { AuthMiddleware, BindableResource } from "@topolo/auth-middleware";
import {
  bindableTopics,
  selectBindable,
  withBindableLock,
  type OrganizationResources,
} from "../domain/bindable/index.ts";
import type { Deps } from "../platform/deps.ts";

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
  let running: Promise<void> | undefined;
  let queued: Promise<void> | undefined;
  let closed = false;

  const once = async (): Promise<void> => {
    await withBindableLock(db.pool, async (client) => {
      for (const each of await selectBindable(client)) {
        if (closed) return;
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
  };
  const start = (): Promise<void> => {
    running = once().finally(() => {
      running = undefined;
    });
    return running;
  };
  /** Changes that come during a round are told in one more. */
  const run = (): Promise<void> => {
    if (closed) return Promise.resolve();
    if (!running) return start();
    queued ??= running
      .catch(() => undefined)
      .then(() => {
        queued = undefined;
        return closed ? undefined : start();
      });
    return queued;
  };
  const runQuietly = (): void =>
    void run().catch((error: unknown) => log.warn({ err: error }, "resources not told to Topolo Auth"));
  const unsubscribe = bindableTopics.map((topic) => feed.on(topic, runQuietly));
  return {
    run,
    close: async (): Promise<void> => {
      closed = true;
      for (const end of unsubscribe) end();
      await running?.catch(() => undefined);
    },
  };
};
