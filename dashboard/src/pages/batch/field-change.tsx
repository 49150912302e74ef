import { Tooltip, VisuallyHidden } from "@mantine/core";
import type { Schemas } from "../../api/client.ts";
import { FieldValue } from "../../components/changes-table.tsx";
import classes from "./field-change.module.css";

const RESOURCES = { number: "number", service: "Messaging Service", sender: "WhatsApp sender" } as const;

/** A field in Twilio, before → after. */
export function FieldChange({ change }: { readonly change: Schemas["Change"] }) {
  const { resource, sid, field, before, after } = change;
  return (
    <div className={classes.change}>
      <Tooltip label={`${RESOURCES[resource]} ${sid}`}>
        <span>
          {field}
          {resource !== "number" && ` of the ${RESOURCES[resource]}`}
        </span>
      </Tooltip>
      <span>
        <FieldValue value={before} isOld />
        <span aria-hidden> → </span>
        <VisuallyHidden> becomes </VisuallyHidden>
        <FieldValue value={after} />
      </span>
    </div>
  );
}
