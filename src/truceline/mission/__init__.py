"""The mission folder and the pipeline that ties the rooms together: ingest, fuse, assess, count, gather."""
