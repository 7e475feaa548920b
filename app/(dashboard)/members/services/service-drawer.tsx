"use client";

import { useAuthAnswer } from "../../../_data/use-auth-answer.ts";
import { Badge } from "../../../_ui/badge.tsx";
import { Drawer } from "../../../_ui/drawer.tsx";
import { Fact, Id, Part, ruled } from "../../facts.tsx";
import { Loaded } from "../../security/user/_parts/loaded.tsx";
import { readBundlesOfRoles, readOfferedPermissions, type Service } from "./service-answers.ts";

const Permissions = ({ service }: { readonly service: Service }) => {
  const path = `/api/services/${encodeURIComponent(service.id)}`;
  const permissions = useAuthAnswer(`${path}/permissions`, readOfferedPermissions);
  const bundles = useAuthAnswer(`${path}/role-bundles`, readBundlesOfRoles);
  const rolesOf = (permission: string): string =>
    (bundles.data ?? [])
      .filter((bundle) => bundle.permissions.includes(permission))
      .map(({ role, name }) => (role === "" ? name : role.replaceAll("_", " ")))
      .join(", ");
  return (
    <Part title="What people may do with it">
      <Loaded answer={permissions} label="Permissions" rows={4}>
        {(found) =>
          found.length === 0 ? (
            <p className="py-1 text-muted">It has no permissions of its own.</p>
          ) : (
            <ul className={ruled}>
              {found.map(({ permission, description }) => (
                <li key={permission} className="py-2">
                  <p className="font-mono text-sm break-all">{permission}</p>
                  <p className="text-sm">{description}</p>
                  <p className="text-sm text-muted">{rolesOf(permission) || "given to no role by itself"}</p>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Part>
  );
};

interface ServiceDrawerProps {
  readonly service: Service | undefined;
  readonly nameOf: (id: string) => string;
  readonly onClose: () => void;
}

/** What is registered of a service, and what people may do with it. */
export const ServiceDrawer = ({ service, nameOf, onClose }: ServiceDrawerProps) => (
  <Drawer open={service !== undefined} onClose={onClose} title={service?.name ?? "Service"} description="As registered">
    {service && (
      <>
        <p className="text-pretty">{service.description}</p>
        <dl className={`mt-4 ${ruled}`}>
          <Fact name="Id">
            <Id id={service.id} label="the id" />
          </Fact>
          <Fact name="Made by">{service.firstParty ? "Topolo" : <Badge tone="warn">somebody else</Badge>}</Fact>
          <Fact name="Kind">{service.kind}</Fact>
          {service.origins.map((origin) => (
            <Fact key={origin} name="Its pages">
              <span className="font-mono text-sm break-all">{origin}</span>
            </Fact>
          ))}
          {service.calls.length > 0 && <Fact name="Calls by itself">{service.calls.map(nameOf).join(", ")}</Fact>}
          {service.docsUrl !== undefined && (
            <Fact name="Documentation">
              <a href={service.docsUrl} className="break-all text-accent-strong underline underline-offset-2">
                {service.docsUrl}
              </a>
            </Fact>
          )}
        </dl>
        <Permissions service={service} />
      </>
    )}
  </Drawer>
);
