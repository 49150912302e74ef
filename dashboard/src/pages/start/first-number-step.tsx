import { Button, Select, Stack } from "@mantine/core";
import { useState } from "react";
import type { Schemas } from "../../api/client.ts";
import { AssignDrawer } from "../../assigning/assign-drawer.tsx";

export function FirstNumberStep({ numbers }: { readonly numbers: readonly Schemas["PhoneNumber"][] }) {
  const [id, setId] = useState(numbers[0]?.id ?? null);
  const [isOpen, setOpen] = useState(false);
  const number = numbers.find((each) => each.id === id);
  return (
    <Stack align="flex-start">
      <Select
        label="Number"
        w="100%"
        searchable
        allowDeselect={false}
        data={numbers.map((each) => ({ value: each.id, label: each.phoneNumber }))}
        value={id}
        onChange={setId}
      />
      <Button disabled={number === undefined} onClick={() => setOpen(true)}>
        Assign it
      </Button>
      {number && isOpen && <AssignDrawer number={number} onClose={() => setOpen(false)} />}
    </Stack>
  );
}
