import { useState } from "react";
import type { KeyVendor } from "../../_data/answers.ts";
import { Button } from "../../_ui/button.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { OrderedList } from "./ordered-list.tsx";
import type { EditedRouting } from "./routing-changes.ts";

/** One card of the page, which changes a part of the draft. */
export interface RoutingPart {
  readonly draft: EditedRouting;
  readonly readOnly: boolean;
  readonly onChange: (more: Partial<EditedRouting>) => void;
}

interface VendorRankingProps extends RoutingPart {
  readonly vendors: readonly KeyVendor[];
  readonly nameOf: (id: string) => string;
}

/** The vendors that may answer for the same model, in order. */
export const VendorRanking = ({ draft: { vendorOrder }, readOnly, onChange, vendors, nameOf }: VendorRankingProps) => {
  const [chosen, setChosen] = useState("");
  const others = vendors.filter(({ id }) => !vendorOrder.includes(id));
  return (
    <>
      <p className="mb-2 text-sm text-pretty text-muted">
        Where several vendors have the model that a call asks for, they are tried in this order. The vendor that a call
        names comes first all the same. E-mail and payments follow the same order among their vendors.
      </p>
      {vendorOrder.length === 0 && <p className="py-2">No vendor is preferred: a model goes to its maker.</p>}
      <OrderedList
        label="Vendors, best first"
        items={vendorOrder}
        nameOf={nameOf}
        readOnly={readOnly}
        onChange={(order) => onChange({ vendorOrder: [...order] })}
      />
      {!readOnly && others.length > 0 && (
        <div className="mt-3 flex flex-wrap items-end gap-2">
          <SelectField
            label="Another vendor"
            value={chosen}
            onChange={({ currentTarget }) => setChosen(currentTarget.value)}
            className="min-w-0 grow basis-48"
          >
            <option value="">Choose a vendor</option>
            {others.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
          <Button
            disabled={chosen === ""}
            onClick={() => {
              onChange({ vendorOrder: [...vendorOrder, chosen] });
              setChosen("");
            }}
          >
            Add the vendor
          </Button>
        </div>
      )}
    </>
  );
};
