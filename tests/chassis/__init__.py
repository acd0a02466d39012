"""What every service stands on, without servers; `test_server` alone opens sockets, on 127.0.0.1."""
