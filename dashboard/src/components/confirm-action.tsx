import { Button, type ButtonProps, Group, Modal, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ProblemAlert } from "./problem-alert.tsx";

interface ConfirmActionProps {
  readonly label: string;
  readonly title: string;
  /** What it will change, and how it can be undone. */
  readonly children: ReactNode;
  readonly confirmLabel: string;
  readonly onConfirm: () => Promise<unknown>;
  readonly buttonProps?: ButtonProps;
}

/** A button whose step is taken only after saying what it will change. Stays open, with the reason, when it fails. */
export function ConfirmAction({
  label,
  title,
  children,
  confirmLabel,
  onConfirm,
  buttonProps,
}: ConfirmActionProps) {
  const [isOpen, { open, close }] = useDisclosure();
  const action = useMutation({ mutationFn: onConfirm, onSuccess: close });
  const reopen = () => {
    action.reset();
    open();
  };
  return (
    <>
      <Button variant="default" {...buttonProps} onClick={reopen}>
        {label}
      </Button>
      <Modal opened={isOpen} onClose={close} title={title}>
        <Stack>
          <div>{children}</div>
          <ProblemAlert error={action.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button color="red" loading={action.isPending} onClick={() => action.mutate()}>
              {confirmLabel}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
