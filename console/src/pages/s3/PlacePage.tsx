import { useLocation } from 'react-router';

import { useCrumbs } from '../../app/crumbs';
import { paths } from '../../app/paths';
import { BucketPage } from './BucketPage';
import { FolderPage } from './FolderPage';
import { isFolder, nameOf, pathOf, placeOf } from './keys';
import { ObjectPage } from './ObjectPage';
import { words } from './words';

/** A folder of a bucket, or an object, by how the address ends. */
export function PlacePage() {
  const { bucket, key } = placeOf(useLocation().pathname);
  useCrumbs(
    { text: words.buckets, href: paths.buckets() },
    { text: bucket, href: paths.bucket(bucket) },
    ...pathOf(key).map((at) => ({ text: nameOf(at), href: paths.object(bucket, at) })),
  );
  if (key === '') return <BucketPage key={bucket} bucket={bucket} />;
  return isFolder(key) ? (
    <FolderPage key={`${bucket}/${key}`} bucket={bucket} prefix={key} />
  ) : (
    <ObjectPage bucket={bucket} object={key} />
  );
}
