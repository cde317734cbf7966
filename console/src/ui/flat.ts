import { Children, Fragment, isValidElement, type ReactNode } from 'react';

/** Takes a fragment apart: Cloudscape's SpaceBetween puts its spaces between what it is given, not within a fragment. */
export function flat(node: ReactNode): ReactNode[] {
  return Children.toArray(node).flatMap((one) =>
    isValidElement<{ children?: ReactNode }>(one) && one.type === Fragment ? flat(one.props.children) : [one],
  );
}
