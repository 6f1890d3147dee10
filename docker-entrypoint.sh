#!/bin/sh
# GitLab starts a shell in the image, and people may want another command: what is neither a flag
# nor a command of annotate runs as it is.
case "${1-}" in
    "" | -* | sandbox) exec annotate "$@" ;;
    *) exec "$@" ;;
esac
