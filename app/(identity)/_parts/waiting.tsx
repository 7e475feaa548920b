import { Skeleton } from "../../_ui/skeleton.tsx";

/** The place of a panel's content while Auth is asked. */
export const Waiting = ({ label, fields = 2 }: { readonly label: string; readonly fields?: number }) => (
  <output aria-label={label} className="block space-y-4">
    {Array.from({ length: fields }, (_, field) => (
      <span key={field} className="block space-y-1.5">
        <Skeleton className="h-4 w-20" />
        <Skeleton className="h-10" />
      </span>
    ))}
    <Skeleton className="h-10" />
  </output>
);
