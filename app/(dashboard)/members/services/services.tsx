"use client";

import { useState } from "react";
import { useAskAuth, useAuthAnswer } from "../../../_data/use-auth-answer.ts";
import { useSession } from "../../../_session/session-provider.tsx";
import { Badge } from "../../../_ui/badge.tsx";
import { Button } from "../../../_ui/button.tsx";
import { Card } from "../../../_ui/card.tsx";
import { FullTime } from "../../../_ui/time.tsx";
import { showToast } from "../../../_ui/toast.ts";
import { whenOpened } from "../../../_ui/when-opened.tsx";
import { administersAll } from "../../administers-all.ts";
import { useStepUp } from "../../security/user/_account/step-up.tsx";
import { Loaded } from "../../security/user/_parts/loaded.tsx";
import { useOpenDetails } from "../../use-open-details.ts";
import { MembersFrame } from "../members-frame.tsx";
import { readOpenServices, readRegisteredServices, type Service, type ServiceAccess } from "./service-answers.ts";

const ServiceDrawer = whenOpened(() => import("./service-drawer.tsx").then((module) => module.ServiceDrawer));
const ConfirmRemoval = whenOpened(() =>
  import("../../security/user/_parts/confirm-removal.tsx").then((module) => module.ConfirmRemoval),
);

const StateBadge = ({ service, access }: { readonly service: Service; readonly access: ServiceAccess | undefined }) => {
  if (!service.active) return <Badge tone="bad">switched off by its maker</Badge>;
  if (access?.live === true) return <Badge tone="good">open to the organization</Badge>;
  return access?.enabled === true ? <Badge tone="warn">no longer open: its time is over</Badge> : <Badge>closed</Badge>;
};

const List = ({ organizationId }: { readonly organizationId: string }) => {
  const { session } = useSession();
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const path = `/api/organizations/${encodeURIComponent(organizationId)}/service-access`;
  const services = useAuthAnswer("/api/services", readRegisteredServices);
  const access = useAuthAnswer(path, readOpenServices);
  const { id: opened, open, close } = useOpenDetails("service");
  const [changing, setChanging] = useState<Service>();
  const accessOf = (id: string): ServiceAccess | undefined => access.data?.find(({ serviceId }) => serviceId === id);
  const nameOf = (id: string): string => services.data?.find((service) => service.id === id)?.name ?? id;
  const isOperator = administersAll(session);
  const opens = changing !== undefined && accessOf(changing.id)?.live !== true;
  return (
    <Card title="Services">
      <p className="mb-4 text-sm text-pretty text-muted">
        What is registered at Topolo Auth, and whether this organization&apos;s people may use it. What a person may do
        with an open service follows from their role.
      </p>
      <Loaded answer={services} label="Services" rows={6}>
        {(found) => (
          <ul aria-label="Services">
            {found.map((service) => {
              const own = accessOf(service.id);
              const mayClose = own?.live === true && (session?.role === "owner" || isOperator);
              return (
                <li
                  key={service.id}
                  className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line py-3 first:border-t-0"
                >
                  <div className="min-w-0 grow basis-60">
                    <p className="flex flex-wrap items-center gap-2">
                      <button
                        type="button"
                        onClick={() => open(service.id)}
                        className="rounded font-medium text-accent-strong underline underline-offset-2"
                      >
                        <span className="sr-only">Details of </span>
                        <bdi>{service.name}</bdi>
                      </button>
                      {access.data && <StateBadge service={service} access={own} />}
                      {!service.firstParty && <Badge tone="warn">made by somebody else</Badge>}
                    </p>
                    <p className="text-sm text-pretty text-muted">{service.description}</p>
                    {own?.expiresAt !== undefined && (
                      <p className="text-sm text-muted">
                        Open until <FullTime at={own.expiresAt} />
                      </p>
                    )}
                  </div>
                  {(mayClose || (isOperator && own?.live !== true)) && (
                    <Button look="quiet" onClick={() => setChanging(service)}>
                      {mayClose ? "Close" : "Open"}
                      <span className="sr-only"> {service.name}</span>
                    </Button>
                  )}
                </li>
              );
            })}
          </ul>
        )}
      </Loaded>
      <ServiceDrawer service={services.data?.find(({ id }) => id === opened)} nameOf={nameOf} onClose={close} />
      {changing && (
        <ConfirmRemoval
          title={`${opens ? "Open" : "Close"} ${changing.name}?`}
          description={
            opens
              ? "The organization's people get what their roles give them in it."
              : `Nobody of the organization can use it from the next call on.${isOperator ? "" : " Only the platform's operators can open it again."}`
          }
          action={opens ? "Open it" : "Close it"}
          onClose={() => setChanging(undefined)}
          remove={async () => {
            await withStepUp(() => ask("PUT", `${path}/${encodeURIComponent(changing.id)}`, { enabled: opens }));
            showToast({ title: `${changing.name} is ${opens ? "open" : "closed"}` });
            access.reload();
          }}
        />
      )}
    </Card>
  );
};

/** The registered services, and which of them the organization's people may use. */
export const Services = () => <MembersFrame>{({ id }) => <List organizationId={id} />}</MembersFrame>;
