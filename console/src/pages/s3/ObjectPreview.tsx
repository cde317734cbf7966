import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { useQuery } from '@tanstack/react-query';

import { failureText } from '../../aws/failure';
import { insight, type Preview } from '../../aws/insight';
import { strings } from '../../strings';
import { words } from './words';
import './s3.css';

interface Props {
  bucket: string;
  object: string;
  type?: string;
  /** Changes with the content. */
  tag?: string;
}

const PICTURES = /^image\/(png|jpeg|gif|webp|svg\+xml)$/;

export function ObjectPreview({ bucket, object, type, tag }: Props) {
  const picture = type !== undefined && PICTURES.test(type);
  const asked = useQuery({
    queryKey: ['preview', bucket, object, tag],
    queryFn: () => insight.preview(bucket, object),
    enabled: !picture,
  });
  if (picture) return <img className="tx-picture" src={insight.objectUrl(bucket, object)} alt={object} />;
  if (asked.error) return <Alert type="error">{failureText(asked.error)}</Alert>;
  if (!asked.data)
    return (
      <span role="status">
        <Spinner /> {strings.loading}
      </span>
    );
  const { format, columns, rows, text, truncated } = asked.data;
  if (format === 'binary') return <Box color="text-body-secondary">{words.noPreview}</Box>;
  return (
    <SpaceBetween size="xs">
      {columns && rows && columns.length > 0 ? <Rows columns={columns} rows={rows} format={format} /> : <Text text={text ?? ''} />}
      <Box color="text-body-secondary">
        {format.toUpperCase()}
        {truncated && ` · ${rows?.length ? words.truncated(rows.length) : words.truncatedText}`}
      </Box>
    </SpaceBetween>
  );
}

function Rows({
  columns,
  rows,
  format,
}: {
  columns: { name: string; type: string }[];
  rows: (string | null)[][];
  format: Preview['format'];
}) {
  return (
    <div className="tx-preview" tabIndex={0} role="region" aria-label={words.previewTitle(format)}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col">
                {column.name}
                <small>{column.type}</small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((value, at) => (
                <td key={columns[at]?.name ?? at}>{value ?? <span className="tx-null">null</span>}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Text({ text }: { text: string }) {
  return (
    <div className="tx-preview" tabIndex={0} role="region" aria-label={words.preview}>
      <pre className="tx-mono tx-pre">{text}</pre>
    </div>
  );
}
