import { LHEO_2_3 } from './shape/shape.ts';
import type { LheoElement } from './tree.ts';

/**
 * Whether elements without a prefix are of LHÉO within an element. Outside `extra` all are; within it, it is for the declarations
 * that are kept there to say.
 * @param around whether they are where the element stands
 */
export const keepsLheo = ({ attributes }: LheoElement, around: boolean): boolean =>
  attributes?.xmlns === undefined ? around : attributes.xmlns === LHEO_2_3;

/** Whether an element is of LHÉO, and not of another vocabulary within `extra`. @param around as {@link keepsLheo} says */
export const isOfLheo = (element: LheoElement, around: boolean): boolean =>
  !element.name.includes(':') && keepsLheo(element, around);
