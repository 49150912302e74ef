import { Alert, Button, Group, Text } from "@mantine/core";
import { IconTool } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import type { Schemas } from "../../api/client.ts";
import { whenReachable } from "../../api/connection.ts";
import { useIsAdmin } from "../../api/who.ts";
import { Opening } from "../../components/opening.tsx";
import type { NumberAction } from "./number-drawer.tsx";

type FixRequest = NonNullable<Schemas["Verification"]["fixRequest"]>;

interface FixProps {
  readonly number: Schemas["PhoneNumber"];
  /** null where nothing differs, and where nothing would do. */
  readonly fixRequest: FixRequest | null;
}

const NumberDrawer = lazy(() => whenReachable(() => import("./number-drawer.tsx")));

/** What puts the number right, as the API says. Its plan is seen before it is carried out, and its end after it is right. */
export function Fix({ number, fixRequest }: FixProps) {
  const [open, setOpen] = useState<NumberAction>();
  return (
    <>
      {fixRequest && <Offer isTakeover={fixRequest.body.takeover === true} onFix={setOpen} />}
      <Suspense fallback={<Opening />}>
        {open && <NumberDrawer action={open} number={number} onClose={() => setOpen(undefined)} />}
      </Suspense>
    </>
  );
}

interface OfferProps {
  readonly isTakeover: boolean;
  readonly onFix: (action: NumberAction) => void;
}

function Offer({ isTakeover, onFix }: OfferProps) {
  const isAdmin = useIsAdmin();
  return (
    <Alert
      color="orange"
      icon={<IconTool aria-hidden />}
      title="Twilio holds something else than what is wanted"
    >
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          {isTakeover
            ? "What comes before our URL has to be taken over, which an admin may do."
            : "What is wanted can be written again."}
        </Text>
        <Button
          size="xs"
          variant="default"
          disabled={isTakeover && !isAdmin}
          onClick={() => onFix(isTakeover ? "takeover" : "configure")}
        >
          Fix it …
        </Button>
      </Group>
    </Alert>
  );
}
