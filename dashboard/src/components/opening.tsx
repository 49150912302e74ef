import { Group, Loader, Paper, Text } from "@mantine/core";
import classes from "./opening.module.css";

/** In place of a drawer or dialog whose code is still under way. */
export function Opening() {
  return (
    <Paper className={`${classes.opening} ${classes.over}`} shadow="lg" px="md" py="xs" role="status">
      <Group gap="xs">
        <Loader size="xs" />
        <Text size="sm">Opening …</Text>
      </Group>
    </Paper>
  );
}

/** Beside what is being asked for anew. */
export function Asking() {
  return <Loader size="xs" className={classes.opening ?? ""} aria-hidden />;
}
