"""What is measured of finished sites by programs that no author needs: valid HTML, the scores of Lighthouse."""
