"use client";

import type { Budget, BudgetForecast } from "../../_data/answers.ts";
import { Drawer } from "../../_ui/drawer.tsx";
import { BudgetDetails } from "./budget-details.tsx";

interface BudgetDrawerProps {
  /** Undefined: there is no such budget any more. */
  readonly budget: Budget | undefined;
  readonly name: string | undefined;
  readonly forecast: BudgetForecast | undefined;
  readonly mayManage: boolean;
  readonly onEdit: () => void;
  readonly onClose: () => void;
}

/** Everything about one budget. */
export const BudgetDrawer = ({ budget, name = "", onClose, ...rest }: BudgetDrawerProps) => (
  <Drawer
    open
    onClose={onClose}
    title={name === "" ? "Budget" : `Budget of ${name}`}
    description="Spent, told and changed"
  >
    {budget ? (
      <BudgetDetails budget={budget} name={name} onRemoved={onClose} {...rest} />
    ) : (
      <p className="text-muted">There is no such budget any more. What was spent stays on record under Usage.</p>
    )}
  </Drawer>
);
